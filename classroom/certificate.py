"""A certificate that the hub makes for itself, so that passwords cross the network unreadably.

Browsers will ask each student whether they trust it: nobody vouches for it but the teacher, who can
compare its fingerprint. Browsers give a page the microphone, camera and sensors only over https.
"""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tinyml_helpers.files import write_whole

_DAYS = 30


def own(folder, address):
    """Make a new certificate for an address, good for thirty days.

    Args:
        folder: where it goes; closed to others.
        address: what students type, an IP address or a host's name.

    Returns:
        The paths of the certificate and of its key, both PEM.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        named = x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        named = x509.DNSName(address)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TinyML workbook, a class")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # a student's clock may be wrong
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    for path, content in zip(paths, (made.public_bytes(pem), private), strict=True):
        path.touch(mode=0o600)
        write_whole(path, content)
        path.chmod(0o600)
    fingerprint = made.fingerprint(hashes.SHA256()).hex(":").upper()
    print(f"The certificate's SHA-256 fingerprint: {fingerprint}", flush=True)
    return tuple(map(str, paths))
