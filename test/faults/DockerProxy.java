import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The Docker Engine behind another socket, which can go away with all that is open over it, and come back. */
final class DockerProxy implements AutoCloseable {
    private static final Path ENGINE = Path.of("/var/run/docker.sock");
    private final Path socket;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel server;

    DockerProxy(Path socket) throws IOException {
        this.socket = socket;
        comeBack();
    }

    String host() {
        return "unix://" + socket;
    }

    void comeBack() throws IOException {
        ServerSocketChannel here = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        server = here;
        thread(() -> {
            while (true) {
                SocketChannel client = here.accept();
                SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(ENGINE));
                open.add(client);
                open.add(engine);
                thread(() -> copy(client, engine));
                thread(() -> copy(engine, client));
            }
        });
    }

    void goAway() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        for (SocketChannel one : open) {
            one.close();
        }
        open.clear();
    }

    /** Ends the other's input when this one's has ended. */
    private static void copy(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        while (from.read(bytes) >= 0) {
            bytes.flip();
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            bytes.clear();
        }
        to.shutdownOutput();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        goAway();
    }
}
