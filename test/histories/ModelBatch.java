import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The people of one batch, their phones, and what is true of them: all that the stages say of a batch comes from here. */
final class ModelBatch {
    /** The engine keeps so many phones of a person, and asks CCC about the first of them only. */
    static final int KEPT = 3;
    private static final int[] PHONES_OF_MOST = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5};

    /** Whose phones they are: most people have few, and some batches are unlike the others. */
    enum Kind { MIXED, NOBODY_HAS_A_PHONE, THREE_EACH, ALL_CACHED, ALL_BLACKLISTED }

    /** Somebody with a name; those without one are in no batch. */
    static final class Person {
        boolean cached;
        /** Phones that idiCORE has for them, not all of which are kept. */
        int found;
        /** The look-up failed: no phones. */
        boolean failed;
        /** The first phone, which may be that of another one too. */
        long first;
        boolean blacklisted;
        /** In the result, as CCC or the blacklist has it. */
        boolean litigator;
        /** How many of their phones are in the DNC list. */
        int listed;

        int phones() {
            return failed ? 0 : Math.min(KEPT, found);
        }
    }

    final List<Person> people = new ArrayList<>();

    ModelBatch(Random luck, int size, Kind kind) {
        boolean blacklist = luck.nextInt(3) == 0;
        int cached = kind == Kind.ALL_CACHED ? 100 : luck.nextInt(60);
        for (int number = 0; number < size; number++) {
            Person person = new Person();
            person.cached = luck.nextInt(100) < cached;
            person.found = kind == Kind.NOBODY_HAS_A_PHONE ? 0 : kind == Kind.THREE_EACH ? KEPT : PHONES_OF_MOST[luck.nextInt(PHONES_OF_MOST.length)];
            person.first = 6_145_550_000L + number;
            person.blacklisted = kind == Kind.ALL_BLACKLISTED || blacklist && luck.nextInt(40) == 0;
            people.add(person);
        }
    }

    List<Person> uncached() {
        return people.stream().filter(person -> !person.cached).toList();
    }

    /** What the closing line of idiCORE counts: all phones that the API returned, and none of the cached people's. */
    int phonesFound() {
        return uncached().stream().filter(person -> !person.failed).mapToInt(person -> person.found).sum();
    }

    List<Person> withPhone() {
        return people.stream().filter(person -> person.phones() > 0).toList();
    }

    /** Whose first phone CCC is asked about. */
    List<Person> askedAtCcc() {
        return withPhone().stream().filter(person -> !person.blacklisted).toList();
    }

    int dncPhones() {
        return people.stream().mapToInt(Person::phones).sum();
    }

    /** Makes two people of the batch share their first phone, where there are two who can. */
    void share(Random luck) {
        List<Person> asked = askedAtCcc();
        if (asked.size() > 1) {
            int later = 1 + luck.nextInt(asked.size() - 1);
            asked.get(later).first = asked.get(luck.nextInt(later)).first;
        }
    }

    /**
     * Marks those whose phones CCC found, of the answers it gave: of two people with one phone only the last is marked.
     *
     * @return how many answers CCC counts as found
     */
    int markLitigators(Random luck, List<Person> answered) {
        Map<Long, Person> last = new HashMap<>();
        answered.forEach(person -> last.put(person.first, person));
        int most = luck.nextInt(3) == 0 ? 0 : 1 + luck.nextInt(20);
        int found = 0;
        Map<Long, Boolean> listed = new HashMap<>();
        for (Person person : answered) {
            boolean litigator = listed.computeIfAbsent(person.first, phone -> luck.nextInt(Math.max(1, answered.size())) < most);
            found += litigator ? 1 : 0;
            last.get(person.first).litigator |= litigator;
        }
        people.stream().filter(person -> person.phones() > 0 && person.blacklisted).forEach(person -> person.litigator = true);
        return found;
    }

    /** Marks the phones that the DNC list holds; returns how many. */
    int markListed(Random luck) {
        int share = luck.nextInt(30);
        for (Person person : people) {
            for (int phone = 0; phone < person.phones(); phone++) {
                person.listed += luck.nextInt(100) < share ? 1 : 0;
            }
        }
        return people.stream().mapToInt(person -> person.listed).sum();
    }
}
