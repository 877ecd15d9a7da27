"""Together around the lessons: news, messages, meetings, duties, documents and pictures."""
