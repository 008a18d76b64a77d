"""Teaching a new language, a step at a time, on one job folder that the command line works on as well."""
