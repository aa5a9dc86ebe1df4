"""What the agent says and hears over MQTT: closed models, topics, explanation texts. Pure."""
