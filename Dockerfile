# Netral as a static program, without root and without a shell. PostgreSQL runs beside it: see docker-compose.yml.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN mkdir /empty && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /netral ./cmd/netral

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /netral /netral
COPY --from=build --chown=nonroot:nonroot /empty /data
USER nonroot:nonroot
EXPOSE 8080
ENV NETRAL_ADDR=0.0.0.0:8080 NETRAL_METRICS_ADDR="" NETRAL_DATA=/data NETRAL_LOG_FORMAT=json
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s CMD ["/netral", "healthcheck"]
ENTRYPOINT ["/netral"]
CMD ["serve"]
