#include "CDicom.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include <gdcmDataElement.h>
#include <gdcmFragment.h>
#include <gdcmJPEG2000Codec.h>
#include <gdcmJPEGCodec.h>
#include <gdcmJPEGLSCodec.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>
#include <gdcmVersion.h>

namespace {

cdicom_status fail(cdicom_status status, char *message, const char *text) {
    std::snprintf(message, CDICOM_MESSAGE_SIZE, "%s", text);
    return status;
}

// GDCM talks on the standard streams unless it is told not to.
bool silence() {
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    return true;
}

gdcm::PixelFormat format(const cdicom_frame &frame) {
    auto allocated = static_cast<unsigned short>(frame.bits <= 8 ? 8 : 16);
    auto stored = static_cast<unsigned short>(frame.bits);
    return gdcm::PixelFormat(static_cast<unsigned short>(frame.samples), allocated, stored,
                             static_cast<unsigned short>(stored - 1), frame.is_signed ? 1 : 0);
}

gdcm::DataElement encapsulated(const uint8_t *bytes, size_t count) {
    gdcm::Fragment fragment;
    fragment.SetByteValue(reinterpret_cast<const char *>(bytes), static_cast<uint32_t>(count));
    gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
    fragments->AddFragment(fragment);
    gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010));
    element.SetVR(gdcm::VR::OB);
    element.SetValue(*fragments);
    return element;
}

cdicom_status run(gdcm::ImageCodec &codec, const cdicom_frame &frame,
                  const gdcm::DataElement &in, uint8_t *out, size_t capacity, char *message) {
    const unsigned int dimensions[3] = {frame.width, frame.height, 1};
    // With a YBR interpretation GDCM's JPEG leaves colours alone; so do the others with any.
    codec.SetPhotometricInterpretation(frame.samples == 1
                                           ? gdcm::PhotometricInterpretation::MONOCHROME2
                                       : frame.codec == CDICOM_JPEG
                                           ? gdcm::PhotometricInterpretation::YBR_FULL
                                           : gdcm::PhotometricInterpretation::RGB);
    codec.SetNumberOfDimensions(2);
    codec.SetDimensions(dimensions);
    codec.SetPlanarConfiguration(0);
    codec.SetPixelFormat(format(frame));
    gdcm::DataElement decoded;
    if (!codec.Decode(in, decoded))
        return fail(CDICOM_BROKEN, message, "the codestream cannot be decoded");
    const gdcm::ByteValue *value = decoded.GetByteValue();
    if (!value || value->GetLength() != capacity)
        return fail(CDICOM_BROKEN, message, "the codestream ends before the picture does");
    std::memcpy(out, value->GetPointer(), capacity);
    return CDICOM_OK;
}

}  // namespace

cdicom_status cdicom_decode(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                            size_t capacity, char *message) {
    static const bool silent = silence();
    (void)silent;
    try {
        if (count == 0 || count > 0xFFFFFFF0u)
            return fail(CDICOM_BROKEN, message, "the codestream has no usable length");
        const gdcm::DataElement in = encapsulated(bytes, count);
        switch (frame.codec) {
            case CDICOM_JPEG: {
                gdcm::JPEGCodec codec;
                return run(codec, frame, in, out, capacity, message);
            }
            case CDICOM_JPEG_LS: {
                gdcm::JPEGLSCodec codec;
                return run(codec, frame, in, out, capacity, message);
            }
            case CDICOM_JPEG_2000: {
                gdcm::JPEG2000Codec codec;
                return run(codec, frame, in, out, capacity, message);
            }
        }
        return fail(CDICOM_BROKEN, message, "no such codec");
    } catch (const std::bad_alloc &) {
        return fail(CDICOM_NO_MEMORY, message, "out of memory");
    } catch (const std::exception &error) {
        return fail(CDICOM_BROKEN, message, error.what());
    } catch (...) {
        return fail(CDICOM_BROKEN, message, "the codestream cannot be decoded");
    }
}

const char *cdicom_version(void) { return gdcm::Version::GetVersion(); }
