"""What two definitions differ in, in the terms of whoever wrote them."""
