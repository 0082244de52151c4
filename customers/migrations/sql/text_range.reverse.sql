DROP TYPE customers_textrange;
