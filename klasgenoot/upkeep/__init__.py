"""The set as a machine: installed, watched, looked after and updated."""
