"""Where cases are run in tests: emulators that look at who asks."""

from dataclasses import replace
from time import sleep, time
from urllib.parse import urlsplit

from modelarts_emulator import Credentials, Emulator
from modelarts_emulator.manifest.callers import AccessKey, presented
from modelarts_emulator.manifest.case import Who
from modelarts_emulator.manifest.endpoint import Endpoint
from modelarts_emulator.manifest.remote import DOCUMENTED_REGION
from modelarts_emulator.messages import Request, Response, is_control

ACCESS_KEY = "AKCONTRACTTESTS"
SECRET_KEY = "SKCONTRACTTESTS"  # noqa: S105 - of an emulator that is made for a test
WHOM = Credentials(access_keys={ACCESS_KEY: SECRET_KEY})
KEY = AccessKey(ACCESS_KEY, SECRET_KEY)


def beside(emulator: Emulator) -> Endpoint:
    """An emulator of this process, without a socket."""

    def send(request: Request, who: Who) -> Response:
        host = urlsplit("https://modelarts.test").netloc
        sent = request if is_control(request.path) else presented(request, who, KEY, host, time())
        return emulator.handle(sent)

    return Endpoint(send, sleep, region=DOCUMENTED_REGION, is_emulator=True)


def as_the_service(endpoint: Endpoint) -> Endpoint:
    """The same, though it does not say that it is an emulator: nothing can be arranged there."""
    return replace(endpoint, is_emulator=False)
