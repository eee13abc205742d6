"""The WhatsApp assistant of the Defensoria Pública de Mato Grosso: rules, channel, store, desk and simulator."""
