import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { CrudService } from '../../kernel/crud/crud.service.js';
import { productResource } from './product.schema.js';

/** The rules of products: those that all records share. */
export class ProductService extends CrudService {
  constructor(repository = new CrudRepository(productResource)) {
    super(repository);
  }
}
