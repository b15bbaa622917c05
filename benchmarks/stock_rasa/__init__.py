"""Stock Rasa 3.6.21 with TensorFlow, in an environment of its own."""
