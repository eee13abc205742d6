"""A stand-in for Meta: the Graph API's messages endpoint, signed webhooks and a phone in the browser."""
