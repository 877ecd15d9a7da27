"""What hangs on a cable: PTZ cameras and the question light, each with a simulator."""
