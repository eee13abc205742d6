"""What a browser is called on the list of where someone is connected."""

from collections.abc import Mapping

# In this order: each names those after it, too.
_BROWSERS: Mapping[str, str] = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Mapping[str, str] = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def device_name(user_agent: str | None) -> str:
    """`Firefox no Windows`, or that it is not known."""
    told = user_agent or ""
    browser = next((name for mark, name in _BROWSERS.items() if mark in told), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in told), None)
    if browser and system:
        return f"{browser} no {system}"
    return browser or system or "Aparelho desconhecido"
