DROP TRIGGER sale_seller_law ON customers_sale;
DROP FUNCTION customers_sale_seller_law();
DROP TRIGGER product_code_law ON customers_serviceproduct;
DROP FUNCTION customers_product_code_law();
