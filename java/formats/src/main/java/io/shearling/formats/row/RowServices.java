package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The encoders, decoders and converters of this program, looked up once. Encoders and decoders: plain Java first, then the services,
 * at last what they may do faster. Converters: the services first.
 */
final class RowServices {
    private static final System.Logger LOG = System.getLogger(RowServices.class.getName());

    private RowServices() {}

    static Optional<RowEncoder> encoder(TensorType type) {
        return Encoders.ALL.stream().filter(e -> e.supports(type)).findFirst();
    }

    static Optional<RowDecoder> decoder(TensorType type) {
        return Decoders.ALL.stream().filter(d -> d.supports(type)).findFirst();
    }

    static Optional<RowConverter> converter(TensorType from, TensorType to) {
        return Converters.ALL.stream().filter(c -> c.supports(from, to)).findFirst();
    }

    static UnsupportedOperationException missing(String what, TensorType type) {
        return new UnsupportedOperationException("There is no " + what + " for the tensor type " + type.ggmlName()
                + " in this program; add the artifact shearling-runtime, which has all types.");
    }

    private static <T> List<T> all(
            List<? extends T> first, Class<T> service, ServiceLoader<T> loader, List<? extends T> last) {
        List<T> all = new ArrayList<>(first);
        Iterator<T> services = loader.iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    all.addAll(last);
                    return List.copyOf(all);
                }
                all.add(services.next());
            } catch (ServiceConfigurationError e) {
                // one broken provider must not take the others away
                LOG.log(System.Logger.Level.WARNING, "A provider of " + service.getName() + " cannot be used.", e);
            }
        }
    }

    // Each is initialized when it is first used.

    private static final class Encoders {
        static final List<RowEncoder> ALL = all(
                List.of(new PlainRowEncoder()),
                RowEncoder.class,
                ServiceLoader.load(RowEncoder.class, RowEncoder.class.getClassLoader()),
                List.of());
    }

    private static final class Decoders {
        static final List<RowDecoder> ALL = all(
                List.of(new PlainRowDecoder()),
                RowDecoder.class,
                ServiceLoader.load(RowDecoder.class, RowDecoder.class.getClassLoader()),
                List.of(new SuperBlockDecoder()));
    }

    private static final class Converters {
        static final List<RowConverter> ALL = all(
                List.of(),
                RowConverter.class,
                ServiceLoader.load(RowConverter.class, RowConverter.class.getClassLoader()),
                List.of(new PlainRowConverter()));
    }
}
