import java.nio.file.Path;
import org.neo4j.harness.Neo4j;
import org.neo4j.harness.Neo4jBuilders;

/** Starts Neo4j on a free port of this machine, prints its address, and ends with its input. */
public final class Neo4jServer {
    public static void main(String[] args) throws Exception {
        try (Neo4j server = Neo4jBuilders.newInProcessBuilder(Path.of(args[0])).withDisabledServer().build()) {
            System.out.println("bolt at " + server.boltURI());
            while (System.in.read() != -1) {
                // Whoever started this closes its input when it is done.
            }
        }
        System.exit(0);
    }
}
