"""What is written down around a placement: checklists, INVENTARISATIE and EVALUATIE."""
