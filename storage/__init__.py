"""Opening SQLite databases the one safe way: write-ahead log, migrations, clear errors."""
