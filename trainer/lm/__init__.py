"""Training of the joint LM: vocabulary, data mixture, continual pre-training and supervised fine-tuning."""
