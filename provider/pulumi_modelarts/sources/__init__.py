"""What a program asks: data sources, one noun in each module, and how a question becomes an answer."""
