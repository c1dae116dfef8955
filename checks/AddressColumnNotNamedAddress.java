import java.util.List;

/** The engine takes any column with "address" in its name, and then sends, caches and stores only one named exactly `Address`. */
class AddressColumnNotNamedAddress extends Check {
    AddressColumnNotNamedAddress() {
        super("Address column not named Address");
        detects("a script whose address column has another name");
        cause("people are looked up without their address, and their results are stored without it");
        resolution("Name the column exactly \"Address\" in the script.", Rerun.SCRIPT);
    }

    @Override
    Issue inspect(Trace trace) {
        List<Message> other = trace.finding(SnowflakeQuery.class).lines("otherAddressColumn");
        return other.isEmpty() ? nothing() : found("it found another", other.get(0));
    }
}
