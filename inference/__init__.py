"""The models that ship with Footnote, checked and run on ONNX Runtime."""
