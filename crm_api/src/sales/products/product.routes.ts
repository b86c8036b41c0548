import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { ProductService } from './product.service.js';

/** `/products`. */
export function productRoutes(): RouteSpec[] {
  return crudRoutes(new ProductService());
}
