import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/** `Server PORT [DATAFILE]`: serves 127.0.0.1:PORT (0: any), from memory or from a file. */
public final class Server {

    /** Acknowledges a write only when it is in the file, so that a killed server has lost nothing. */
    private static final class DurableBackend extends H2Backend {
        private static final Set<String> READS = Set.of(
            "find", "getmore", "count", "aggregate", "hello", "ismaster", "ping", "buildinfo",
            "listcollections", "listindexes", "listdatabases", "endsessions", "killcursors");

        DurableBackend(String file) {
            super(file);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            String command = message.getDocument().keySet().iterator().next().toLowerCase();
            if (!READS.contains(command)) commit();
            return answer;
        }
    }

    /** It says that it is 5.0, but greets with the wire version of 4.2. Atelier asks for 4.4. */
    private static final class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }

    public static void main(String[] arguments) {
        MongoBackend backend = arguments.length > 1 ? new DurableBackend(arguments[1]) : new MemoryBackend();
        MongoServer server = new MongoServer(backend.version(new Version()));
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("listening on 127.0.0.1:" + server.getLocalAddress().getPort());
    }
}
