"""The zoo: networks as data (`Architecture`), laid out without PyTorch (`layers`) and built with it (`cnn`)."""
