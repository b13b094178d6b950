"""Questions in, cited answers out: the reader, the answerers and the front ends."""
