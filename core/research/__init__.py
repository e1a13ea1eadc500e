"""Looking outside for what is in season and in fashion: providers, pages, the trend library, the four modes."""
