# syntax=docker/dockerfile:1

# GraphiQL's files, from npm by the lockfile.
FROM node:22-bookworm-slim AS graphiql
WORKDIR /web
COPY web/graphiql/package.json web/graphiql/package-lock.json web/graphiql/build.mjs ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund && npm run build

# The program. The compiler's version is the one of rust-toolchain.toml.
FROM rust:1.95.0-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=graphiql /web/dist web/graphiql/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/lilium /usr/local/bin/lilium

# What runs: the program and the certificates it checks others by. No secret is in it: with LILIUM_PROFILE=production it has to be
# given LILIUM_TOKEN_KEYS and PUBLIC_URL when it is run (docker run --env-file), and says so when they are missing.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/lilium --create-home lilium
COPY --from=build /usr/local/bin/lilium /usr/local/bin/lilium
USER 10001
WORKDIR /var/lib/lilium
ENV HOST=0.0.0.0 PORT=8000 LILIUM_DATA=/var/lib/lilium
VOLUME /var/lib/lilium
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["lilium", "doctor", "--quick"]
ENTRYPOINT ["lilium"]
CMD ["serve"]
