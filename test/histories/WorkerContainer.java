import java.util.ArrayList;
import java.util.List;

/** One container of celery-worker with its main process and its worker processes. */
final class WorkerContainer {
    final String name;
    final int number;
    final List<WorkerProcess> slots = new ArrayList<>();
    int children;
    long up;

    WorkerContainer(String name, int number) {
        this.name = name;
        this.number = number;
    }
}
