"""What watches over the service: whether a process can serve, and numbers for Prometheus without anybody in them."""
