"""What designers and defenders review the dialogue with: its words, its data, and its flow on paper."""
