"""The files that phones send: small real ones, and the two addresses at which the Graph API gives them out.

A media id begins with the place of its sample, so that nothing has to be kept.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from defensoria.simulator.exchange import Exchange
from defensoria.simulator.graph import check_token
from defensoria.simulator.graph_errors import INVALID_PARAMETER, GraphError
from defensoria.simulator.samples import Sample, sample_of


async def describe(request: Request) -> JSONResponse:
    """`GET /{version}/{media_id}`: where the file is, with its type, size and sum."""
    try:
        sample = _sample(request)
    except GraphError as error:
        return JSONResponse(error.body(), status_code=error.status)
    media_id = request.path_params["media_id"]
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "id": media_id,
            "url": f"{request.base_url}media/{media_id}",
            "mime_type": sample.mime_type,
            "sha256": hashlib.sha256(sample.content).hexdigest(),
            "file_size": len(sample.content),
        }
    )


async def download(request: Request) -> Response:
    """`GET /media/{media_id}`: the file."""
    try:
        sample = _sample(request)
    except GraphError as error:
        return JSONResponse(error.body(), status_code=error.status)
    return Response(sample.content, media_type=sample.mime_type)


def _sample(request: Request) -> Sample:
    exchange: Exchange = request.app.state.exchange
    check_token(request, exchange)
    sample = sample_of(request.path_params["media_id"])
    if sample is None:
        details = "Object with this ID does not exist, cannot be loaded due to missing permissions, or has expired."
        raise GraphError(INVALID_PARAMETER, "Unsupported get request", details)
    return sample


routes = [Route("/media/{media_id}", download), Route("/{version}/{media_id}", describe)]
