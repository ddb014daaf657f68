# The newest LTS release that CI tests, named once and whole: Dependabot reads no variables here, and moves a digest that is there.
FROM node:24-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e AS base

FROM base AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY .ci/build .ci/build
COPY src src
COPY projections projections
RUN npm run build

FROM base AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

FROM base
# The embedded server keeps its files in /data: mount a volume there, or they go with the container. A published port leads to
# every address of the container but its loopback; so there the server starts only once it has a key of its staff.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
RUN install -d -m 0700 -o node -g node /data
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
EXPOSE 8080
# Container Apps and Kubernetes look at their own probes; this one is for Docker.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node as process 1 stops on SIGTERM because the server listens for it; it starts no children, so no init is needed. It lets the
# calls that stand go on for SHUTDOWN_SECONDS: give it 5 more before it is killed, `docker stop --time 30`.
CMD ["node", "--max-old-space-size=512", "dist/src/main.js", "serve"]
