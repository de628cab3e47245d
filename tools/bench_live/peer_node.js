// A broadcast with Node's socket.io, compression off as on our side.

const http = require("node:http");
const { Server } = require("socket.io");

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const now = () => (performance.timeOrigin + performance.now()) / 1000;

const server = http.createServer(async (request, response) => {
  const query = new URL(request.url, `http://${request.headers.host}`).searchParams;
  const count = Number(query.get("count") ?? 0);
  const rate = Number(query.get("rate") ?? 0);
  const started = now();
  for (let version = 1; version <= count; version += 1) {
    io.to("all").emit("changed", { region: "bench:all", version, html: "x".repeat(220), t: now() });
    await wait(rate ? Math.max(0, (started + version / rate - now()) * 1000) : 0);
  }
  response.end("done");
});
const io = new Server(server, { perMessageDeflate: false });
io.on("connection", (socket) => socket.join("all"));
server.listen(Number(process.argv[2]), "127.0.0.1");
