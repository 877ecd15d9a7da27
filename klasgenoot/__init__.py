"""The school unit: the agent on the trolley, its camera leg and its screen."""
