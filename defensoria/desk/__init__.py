"""The attendants' web platform: queue, conversation, login."""
