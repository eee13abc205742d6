"""The files that phones send, small real ones, and those that the business uploads; the Graph API's addresses for them.

A phone's media id begins with the place of its sample, so that nothing has to be kept.
"""

from __future__ import annotations

import hashlib

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from defensoria.simulator.exchange import Exchange
from defensoria.simulator.graph import check_caller, check_token
from defensoria.simulator.graph_errors import INVALID_PARAMETER, GraphError, invalid_parameter
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


async def upload(request: Request) -> JSONResponse:
    """`POST /{version}/{phone_number_id}/media`: take a file that the business is going to send."""
    exchange: Exchange = request.app.state.exchange
    try:
        check_caller(request, exchange)
        async with request.form(max_files=1, max_fields=5) as form:
            file, mime_type = form.get("file"), form.get("type")
            if form.get("messaging_product") != "whatsapp":
                raise invalid_parameter("The parameter messaging_product is required.")
            if not isinstance(file, UploadFile) or not isinstance(mime_type, str):
                raise invalid_parameter("The parameters file and type are required.")
            sample = Sample(kind=mime_type.partition("/")[0], mime_type=mime_type, content=await file.read())
    except GraphError as error:
        return JSONResponse(error.body(), status_code=error.status)
    return JSONResponse({"id": exchange.uploads.keep(sample)})


def _sample(request: Request) -> Sample:
    exchange: Exchange = request.app.state.exchange
    check_token(request, exchange)
    media_id = request.path_params["media_id"]
    sample = sample_of(media_id) or exchange.uploads.get(media_id)
    if sample is None:
        details = "Object with this ID does not exist, cannot be loaded due to missing permissions, or has expired."
        raise GraphError(INVALID_PARAMETER, "Unsupported get request", details)
    return sample


routes = [
    Route("/{version}/{phone_number_id}/media", upload, methods=["POST"]),
    Route("/media/{media_id}", download),
    Route("/{version}/{media_id}", describe),
]
