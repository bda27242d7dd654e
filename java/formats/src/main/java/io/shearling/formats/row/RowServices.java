package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The encoders and decoders of this program, looked up once: plain Java first, then the services, at last what they may do faster. */
final class RowServices {
    private static final System.Logger LOG = System.getLogger(RowServices.class.getName());

    private RowServices() {}

    static Optional<RowEncoder> encoder(TensorType type) {
        return Encoders.ALL.stream().filter(e -> e.supports(type)).findFirst();
    }

    static Optional<RowDecoder> decoder(TensorType type) {
        return Decoders.ALL.stream().filter(d -> d.supports(type)).findFirst();
    }

    static UnsupportedOperationException missing(String what, TensorType type) {
        return new UnsupportedOperationException("There is no " + what + " for the tensor type " + type.ggmlName()
                + " in this program; add the artifact shearling-runtime, which has all types.");
    }

    private static <T> List<T> load(T first, Class<T> service, ServiceLoader<T> loader) {
        List<T> all = new ArrayList<>();
        all.add(first);
        Iterator<T> services = loader.iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    return List.copyOf(all);
                }
                all.add(services.next());
            } catch (ServiceConfigurationError e) {
                // one broken provider must not take the others away
                LOG.log(System.Logger.Level.WARNING, "A provider of " + service.getName() + " cannot be used.", e);
            }
        }
    }

    /** Initialized on first use. */
    private static final class Encoders {
        static final List<RowEncoder> ALL = load(
                new PlainRowEncoder(),
                RowEncoder.class,
                ServiceLoader.load(RowEncoder.class, RowEncoder.class.getClassLoader()));
    }

    /** Initialized on first use. */
    private static final class Decoders {
        static final List<RowDecoder> ALL = Stream.concat(
                        load(
                                new PlainRowDecoder(),
                                RowDecoder.class,
                                ServiceLoader.load(RowDecoder.class, RowDecoder.class.getClassLoader()))
                                .stream(),
                        Stream.of(new SuperBlockDecoder()))
                .toList();
    }
}
