# Inside the bare system: what must not be there, then pip in an empty venv.
set -euo pipefail
for name in swift cc gcc clang; do
    ! command -v "$name" || { echo "this system has $name, it is not bare" >&2; exit 1; }
done
! ldconfig -p | grep -E 'lib(swift|jpeg|png16|openjp2|charls)' ||
    { echo "this system has libraries that the wheel has to bring" >&2; exit 1; }
python3 -m venv /venv
pip="/venv/bin/pip --disable-pip-version-check --no-cache-dir install --quiet --no-index"
$pip --find-links /wheels cambium
$pip --find-links /wheels mlflow-skinny pandas
/venv/bin/python -c 'import cambium_client'
