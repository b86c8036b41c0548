export { startProduct, type TestProduct } from './support/product.fixture.js';
export { ProductClient, until, type Answer, type LoadAnswer } from './support/product.client.js';
