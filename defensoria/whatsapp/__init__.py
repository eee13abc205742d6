"""The WhatsApp channel: signature, payloads in, rendering out, the Graph client and the sender."""
