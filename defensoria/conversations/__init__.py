"""The store: citizens, atendimentos, messages, users; who holds a conversation and under which epoch."""
