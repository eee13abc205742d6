"""The desk's numbers for Prometheus: for the watch alone, and with nobody in them."""

from defensoria.settings import settings


async def test_numbers_of_the_store_and_of_the_process_are_for_who_has_the_token(browser, monkeypatch):
    assert (await browser.get("/metrics")).status_code == 403
    monkeypatch.setenv("METRICS_TOKEN", "watch-token")
    settings.cache_clear()
    try:
        assert (await browser.get("/metrics", headers={"Authorization": "Bearer other"})).status_code == 403
        answer = await browser.get("/metrics", headers={"Authorization": "Bearer watch-token"})
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert answer.status_code == 200
    for name in ("defensoria_queue_oldest_seconds", "defensoria_windows_closing", "process_cpu_seconds_total"):
        assert f"\n{name} " in answer.text
