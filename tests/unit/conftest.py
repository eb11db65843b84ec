from hypothesis import settings

# A machine that is busy with other things is no failure of the code.
settings.register_profile("imagestack", deadline=None)
settings.load_profile("imagestack")
