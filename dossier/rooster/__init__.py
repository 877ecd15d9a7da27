"""The timetable of one placement: its rules, iCalendar, hours, and what both devices are told."""
