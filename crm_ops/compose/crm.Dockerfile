# All parts of the CRM in one image; docker-compose.yml says which of them a container runs. Built with the repository as context.
FROM node:22-bookworm AS build
WORKDIR /crm
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /crm
COPY --from=build /crm /crm
RUN mkdir /data && chown node /data
USER node
EXPOSE 8080
