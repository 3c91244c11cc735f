"""Makes a self-signed certificate for `localhost` and its key, both in PEM.

Usage: make_certificate.py CERTIFICATE KEY DAYS, where DAYS is how long it is good, counted from yesterday; with 0 it has expired.
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

certificate, key, days = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
private = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
now = datetime.datetime.utcnow()
made = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(private.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(days=2))
    .not_valid_after(now + datetime.timedelta(days=days - 1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    .sign(private, hashes.SHA256())
)
form = serialization.PrivateFormat.PKCS8
key.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
