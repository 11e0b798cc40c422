CREATE ROLE dateline_service LOGIN PASSWORD 'dateline_service';
