"""A rescue centre's client in Python: subscribes, verifies what is delivered, looks a beacon up.

The package anrop_client is generated from openapi/openapi.json; nothing of the registry is written here
by hand. Usage: client.py URL ADMINISTRATOR-TOKEN RESCUE-TOKEN
"""

import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from anrop_client import AuthenticatedClient
from anrop_client.api.administration import create_subscription, replay_subscription
from anrop_client.api.rescue import look_up_beacon
from anrop_client.models import LookUpAnswer, NewSubscription, Replay, SubscriptionSecret
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

url, administrator, rescue = sys.argv[1:]
arrived: "queue.Queue[tuple[bytes, dict]]" = queue.Queue()


class Deliveries(BaseHTTPRequestHandler):
    """Takes deliveries; the body is kept byte by byte, as the signature is over it."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        arrived.put((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Deliveries)
threading.Thread(target=server.serve_forever, daemon=True).start()

# a subscription of its own, and everything registered delivered to it
staff = AuthenticatedClient(base_url=url, token=administrator)
address = f"http://127.0.0.1:{server.server_port}/deliveries"
form = NewSubscription(name="Python client", recipient="rescueCentre", url=address)
made = create_subscription.sync(client=staff, body=form)
assert isinstance(made, SubscriptionSecret), made
again = replay_subscription.sync(made.id, client=staff, body=Replay(after_sequence=0), if_match='"v1"')
assert again is not None, "the replay was refused"

webhook = Webhook(made.secret)
sign = None
while sign is None:
    body, headers = arrived.get(timeout=60)
    message = webhook.verify(body, headers)  # raises when the signature does not hold
    data = message["data"]
    is_live = data.get("record", {}).get("permit", {}).get("status") == "active"
    if data.get("kind") == "plb" and is_live:
        sign = data["record"]["callSign"]
try:
    webhook.verify(body + b" ", headers)
    raise SystemExit("a changed body was verified")
except WebhookVerificationError:
    print(f"python: {message['type']} verified, a changed body refused")

centre = AuthenticatedClient(base_url=url, token=rescue)
answer = look_up_beacon.sync(sign, client=centre, incident_reference="pending", operator="python")
assert isinstance(answer, LookUpAnswer), answer
found = answer.matches[0]
assert found.permit_id == data["permitId"], "another permit"
contacts = found.record.contacts
first = contacts[0]
print(
    f"python: {answer.key} from {answer.source.value}, {len(answer.matches)} match, "
    f"{len(contacts)} contacts, call {first.phone[0]} first"
)
