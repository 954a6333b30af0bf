/** The page of the API: Swagger UI over our own OpenAPI document. It asks nobody but this server. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';

SwaggerUI({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  // By default it has the document judged by a service of Swagger's.
  validatorUrl: null,
});
