-- Texts as ranges of one, so that an exclusion constraint can ask for equal codes without btree_gist.
CREATE TYPE customers_textrange AS RANGE (subtype = text, collation = "C");
